//! The scanner against the strict one, and against itself in every split.
