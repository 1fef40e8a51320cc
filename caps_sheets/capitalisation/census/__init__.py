"""The census of actions: questionnaire, states, public card, registry of the Centre, import."""
