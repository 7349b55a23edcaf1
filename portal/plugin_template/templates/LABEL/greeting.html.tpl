<p>Hello, {{ name }}.</p>
