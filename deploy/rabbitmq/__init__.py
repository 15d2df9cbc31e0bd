"""RabbitMQ: a private node of our own, and its settings in a deployment."""
