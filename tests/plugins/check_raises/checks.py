from django.core.checks import register


@register()
def rule(app_configs, **kwargs):
    raise RuntimeError("can't check")
