"""The facts of the field, and the model beside them."""
