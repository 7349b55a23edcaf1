from django.core.checks import Error, register


@register()
def rule(app_configs, **kwargs):
    return [Error("The key is missing.", id="check_returns_error.E001")]
