"""The benchmark as tasks of other evaluation frameworks; each needs an extra of its name.

All ask with `prompting` and count with `scoring`: a number does not depend on the framework.
"""
