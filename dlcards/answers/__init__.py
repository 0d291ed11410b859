"""What a person typed: read it safely, judge it fairly, name the mistake."""
