//! Calls of the exports with good and hostile arguments.
