{% extends "base.html" %}

{% block title %}$title{% endblock title %}

{% block heading %}$title{% endblock heading %}

{% block content %}
  <p>Hello, {{ request.user.get_short_name|default:request.user.get_username }}.</p>
{% endblock content %}
