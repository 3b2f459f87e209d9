from hypothesis import settings

# The same examples every time: a test run must not depend on luck. To search further:
# --hypothesis-profile=search
settings.register_profile("suite", deadline=None, database=None, derandomize=True)
settings.register_profile("search", deadline=None, database=None, max_examples=3000)
settings.load_profile("suite")
