# Raises an error whose text cannot be encoded.
# outcome: error
# control: none — its own matter without a judge
raise ValueError("\ud800\udfff\x00\x1b[2J" * 5000)
