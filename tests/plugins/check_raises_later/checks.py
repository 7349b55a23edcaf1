from django.core.checks import register


@register()
def rule(app_configs, **kwargs):
    if app_configs is None:
        raise RuntimeError("can't check")
    return []
