"""The report as a static site: leaderboard, stories, documents, errors, the corpus."""
