//! The stats exports.
