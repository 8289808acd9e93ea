//! CPU time of this process and its children.

use crate::input::Problem;

/// Which CPU time to read.
#[derive(Clone, Copy)]
pub enum Cpu {
    /// Of this process.
    Own,
    /// Of the processes that it started and waited for, and of those that they waited for.
    Children,
}

impl Cpu {
    /// The time used so far, in seconds: user and system.
    #[cfg(unix)]
    pub fn seconds(self) -> Result<f64, Problem> {
        use nix::sys::resource::{UsageWho, getrusage};
        use nix::sys::time::TimeValLike as _;

        let who = match self {
            Self::Own => UsageWho::RUSAGE_SELF,
            Self::Children => UsageWho::RUSAGE_CHILDREN,
        };
        let usage = getrusage(who).map_err(|cause| {
            Problem::new(format!("CPU times cannot be read: {cause}")).caused_by(cause)
        })?;
        let used = usage.user_time() + usage.system_time();
        Ok(std::time::Duration::from_micros(used.num_microseconds().unsigned_abs()).as_secs_f64())
    }

    /// CPU times are read on Unix only.
    #[cfg(not(unix))]
    pub fn seconds(self) -> Result<f64, Problem> {
        Err(Problem::new("CPU times cannot be read on this system")
            .remedy("run it on Linux or macOS"))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_this_process_grows_with_work() {
        let before = Cpu::Own.seconds().unwrap();
        let start = std::time::Instant::now();
        while start.elapsed().as_millis() < 50 {
            std::hint::spin_loop();
        }
        assert!(Cpu::Own.seconds().unwrap() > before);
        assert!(Cpu::Children.seconds().unwrap() >= 0.0);
    }
}
