"""Tasks of lm-evaluation-harness: YAML, and `utils` that they call. Needs the extra `lm-eval`.

    lm-eval run --include_path "$(python -m pledgewire.frameworks.lm_eval)" \\
        --tasks pledgewire --metadata '{"dataset": "DIR"}' --model ... \\
        --log_samples --output_path out

`dataset` is an id on the Hub or a folder that `pledgewire export hub` has written; `split` and
`revision` may be given too. The harness cannot hold a model to a schema: the prompt alone says what
an answer looks like.
"""
