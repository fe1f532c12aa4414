//! Safe kernels: slices in, slices out. Nothing here knows JavaScript, pointers or handles;
//! `ffi/abi` is the only caller that does. Unsafe code lives in `simd` alone.

pub mod block;
pub mod config;
pub mod control;
pub mod csv;
pub mod duration;
pub mod fault;
#[cfg(test)]
mod fuzz;
pub mod hash;
pub mod json;
pub mod json_text;
pub mod ndjson;
pub mod profile;
pub mod reader;
pub mod scan;
pub mod schema;
pub mod series;
#[allow(unsafe_code)]
pub mod simd;
pub mod stats;
mod steady;
pub mod values;
pub mod writer;
