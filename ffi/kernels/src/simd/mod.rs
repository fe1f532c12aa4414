//! The only kernels with unsafe code: vector and other special instructions, chosen at run time by
//! what the CPU has. Each file names its benefit (measured) and its soundness, and each function has
//! a scalar twin that it is tested against.

pub mod csv_masks;
pub mod json_masks;
pub mod level;
pub mod sha256;
#[cfg(target_arch = "x86_64")]
mod sha256_avx2;
#[cfg(target_arch = "x86_64")]
mod sha256_avx2_lanes;
#[cfg(target_arch = "x86_64")]
mod sha256_avx512_lanes;
pub mod sha256_lanes;
#[cfg(target_arch = "x86_64")]
mod sha256_ni;
