//! What the exports share: pointers to slices, panics to statuses, handles, and the caller's
//! control block.

pub mod control;
pub mod guard;
pub mod handles;
pub mod info;
pub mod memory;
pub mod probe;
pub mod status;
pub mod symbols_hash;
