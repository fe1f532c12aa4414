//! What the library says about itself and the CPU it runs on.

use fastpath_kernels::json_text;

/// `{"version":"...","cpu":["avx2",...]}`: the package's version and the features of this CPU that
/// kernels may choose at run time.
pub fn json() -> String {
    let mut out = String::from("{\"version\":");
    json_text::push_string(&mut out, env!("CARGO_PKG_VERSION"));
    out.push_str(",\"cpu\":[");
    for (index, name) in features().into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        json_text::push_string(&mut out, name);
    }
    out.push_str("]}");
    out
}

#[cfg(target_arch = "x86_64")]
fn features() -> Vec<&'static str> {
    let known = [
        ("sse2", is_x86_feature_detected!("sse2")),
        ("ssse3", is_x86_feature_detected!("ssse3")),
        ("sse4.1", is_x86_feature_detected!("sse4.1")),
        ("sse4.2", is_x86_feature_detected!("sse4.2")),
        ("pclmulqdq", is_x86_feature_detected!("pclmulqdq")),
        ("avx", is_x86_feature_detected!("avx")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("bmi2", is_x86_feature_detected!("bmi2")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
        ("avx512vl", is_x86_feature_detected!("avx512vl")),
        ("sha", is_x86_feature_detected!("sha")),
    ];
    known.into_iter().filter(|known| known.1).map(|known| known.0).collect()
}

#[cfg(target_arch = "aarch64")]
fn features() -> Vec<&'static str> {
    let known = [
        ("neon", std::arch::is_aarch64_feature_detected!("neon")),
        ("aes", std::arch::is_aarch64_feature_detected!("aes")),
        ("sha2", std::arch::is_aarch64_feature_detected!("sha2")),
    ];
    known.into_iter().filter(|known| known.1).map(|known| known.0).collect()
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn features() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_names_the_version() {
        let version = env!("CARGO_PKG_VERSION");
        assert!(super::json().starts_with(&format!("{{\"version\":\"{version}\",\"cpu\":[")));
    }
}
