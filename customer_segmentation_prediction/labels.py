"""The choices of fields: levels of churn risk, and what a prediction follows from."""

CHURN_BANDS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]

PREDICTION_BASES = [
    ("model", "Model of all customers"),
    ("rhythm", "Own rhythm"),
    ("not_enough_data", "Not enough data"),
]
