"""Rules as they are kept in versions: with the words that name them, and without."""


def deciding(rules):
    """A copy of rules without words.

    >>> deciding({"scheme": {"id": 1, "words": {"name": "Eight"}}})
    {'scheme': {'id': 1}}
    """
    if isinstance(rules, dict):
        return {name: deciding(value) for name, value in rules.items() if name not in ("words", "review")}
    return [deciding(value) for value in rules] if isinstance(rules, list) else rules


def words_of(record, *names):
    """What names a record, translated texts by language."""
    return {
        name: record._fields[name]._get_stored_translations(record) or {}
        if record._fields[name].translate
        else record[name]
        for name in names
    }


def name_said(words, env):
    """The name in the reader's language."""
    return words["name"].get(env.lang) or words["name"].get("en_US") or next(iter(words["name"].values()), "")


def say(record, words):
    """Give a record its words, in every language that is installed."""
    installed = {code for code, _name in record.env["res.lang"].get_installed()}
    for name, value in words.items():
        if not record._fields[name].translate:
            record[name] = value
        elif value := {language: text for language, text in value.items() if language in installed}:
            record.update_field_translations(name, value)
