//! What this processor can run, found once and shared by the kernels of masks.

/// A level of instructions that this processor can run: no other value can be made outside of
/// `simd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(pub(super) Name);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Sse2,
    /// AVX2, BMI 1 and 2, POPCNT, LZCNT and PCLMULQDQ.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The same, and AVX-512F and BW.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// All levels that this processor can run, the slowest first.
    pub fn all() -> Vec<Level> {
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "one level"))]
        let mut levels = vec![Level(Name::Scalar)];
        #[cfg(target_arch = "x86_64")]
        {
            levels.push(Level(Name::Sse2));
            let has_avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt")
                && is_x86_feature_detected!("lzcnt")
                && is_x86_feature_detected!("pclmulqdq");
            if has_avx2 {
                levels.push(Level(Name::Avx2));
                if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
                    levels.push(Level(Name::Avx512));
                }
            }
        }
        levels
    }

    /// The fastest level of this processor.
    pub fn best() -> Level {
        Level::all().pop().unwrap_or(Level(Name::Scalar))
    }

    /// The name of the instruction set.
    pub fn name(self) -> &'static str {
        match self.0 {
            Name::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Name::Sse2 => "sse2",
            #[cfg(target_arch = "x86_64")]
            Name::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Name::Avx512 => "avx512",
        }
    }
}
