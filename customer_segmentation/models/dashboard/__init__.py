"""The past and the whole: replay, month-ends, dashboard, reports, what-if, who is not scored."""
