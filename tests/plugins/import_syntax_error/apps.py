from portal.plugin import Plugin


class ImportSyntaxError(Plugin)
    name = "tests.plugins.import_syntax_error"
