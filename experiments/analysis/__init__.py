"""Statistics and questions about results: values that know their own table."""
