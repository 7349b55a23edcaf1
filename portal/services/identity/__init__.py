"""Sign-in by OpenID Connect: mozilla-django-oidc, with the checks of OIDC Core §3.1.3.7 that it leaves out.

provider   what the identity provider says about itself, fetched at the first sign-in
fetch      requests to the provider: bounded in time, size and number
id_token   the checks of the ID token
account    from the claims to the Django user and its groups
backend    the authentication backend
views      start and end of a sign-in; every fault is a SignInFailed
sign_out   where signing out goes on at the provider
demo       accounts that must not exist in production
"""
