//! CPU time of this process and its children, from Linux.

use std::path::Path;

use crate::input::Problem;

const STAT: &str = "/proc/self/stat";
/// What the times in `/proc` count in: Linux shows hundredths on every processor that Rust runs on,
/// whatever the kernel's own clock does.
const TICKS_PER_SECOND: f64 = 100.0;

/// Which CPU time to read.
#[derive(Clone, Copy)]
pub enum Cpu {
    /// Of this process.
    Own,
    /// Of the processes that it started and waited for, and of those that they waited for.
    Children,
}

impl Cpu {
    /// What was used so far, in seconds: user and system.
    pub fn seconds(self) -> Result<f64, Problem> {
        const REMEDY: &str = "run it on Linux: CPU times are read from there";
        let text = std::fs::read_to_string(STAT)
            .map_err(|cause| Problem::io(Path::new(STAT), "read", cause).remedy(REMEDY))?;
        self.find(&text).ok_or_else(|| {
            Problem::new("has no CPU times where proc_pid_stat(5) says")
                .in_file(STAT)
                .remedy(REMEDY)
        })
    }

    /// The second field is the process's name in parentheses, and may hold spaces and parentheses itself:
    /// fields are counted from the last one on.
    fn find(self, stat: &str) -> Option<f64> {
        let (_, rest) = stat.rsplit_once(')')?;
        // The first field of the rest is the third of all; utime is the 14th, cutime the 16th, and the
        // system time comes after each.
        let skipped = match self {
            Self::Own => 11,
            Self::Children => 13,
        };
        let mut fields = rest.split_whitespace().skip(skipped);
        let mut next = || fields.next()?.parse::<u32>().ok();
        Some((f64::from(next()?) + f64::from(next()?)) / TICKS_PER_SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "S 1 42 42 0 -1 4194304 500 600 0 0 150 25 3000 499 20 0 1 0 9000 1 2";

    #[test]
    fn times_are_found_behind_any_name() {
        for name in ["xtask", "a b", "(x)", "a) R 1 2 (b", ") ", ""] {
            let stat = format!("42 ({name}) {REST}\n");
            assert_eq!(Cpu::Own.find(&stat), Some(1.75), "{name:?}");
            assert_eq!(Cpu::Children.find(&stat), Some(34.99), "{name:?}");
        }
    }

    #[test]
    fn what_is_no_such_line_has_no_times() {
        let words = format!("42 (xtask) {}", REST.replace("3000", "many"));
        assert_eq!(Cpu::Children.find(&words), None);
        for stat in ["", "42 (xtask", "42 (xtask) S 1 42"] {
            assert_eq!(Cpu::Own.find(stat), None, "{stat:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_times() {
        assert!(Cpu::Own.seconds().unwrap() >= 0.0);
        assert!(Cpu::Children.seconds().unwrap() >= 0.0);
    }
}
