//! What goes wrong, by seed and rate.

pub(crate) mod odd;

use std::str::FromStr;
use std::time::Duration;

use fastrand::Rng;

/// Something that can go wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// 503 of the API, which has done nothing.
    ServerErrorBefore,
    /// 500 of the API, after the effect. A write's idempotency key is released: a retry does it again.
    ServerErrorAfter,
    /// 502 of a gateway, with a page of HTML, before the request reaches the API.
    GatewayBefore,
    /// 502 of a gateway, with a page of HTML, after the API has done everything.
    GatewayAfter,
    /// 400 for a write, which the connected system has refused.
    IntegrationError,
    /// No response, and the connection stays open. One in two requests has its effect.
    Hang,
    /// Half of the body, then the end of the connection.
    CutBody,
    /// A response that comes late, and in pieces.
    Slow,
    /// 429 for this request and some that follow it.
    RateLimitStorm,
    /// A success whose body is not quite as documented: numbers as text, nulls, unknown values.
    OddValues,
    /// A record changes while a list is read: it moves between the pages where they are sorted by change.
    MovedRecords,
    /// The API's clock goes forward or back by up to an hour.
    ClockJump,
}

const ALL: [(Fault, &str); 12] = [
    (Fault::ServerErrorBefore, "server-error-before"),
    (Fault::ServerErrorAfter, "server-error-after"),
    (Fault::GatewayBefore, "gateway-before"),
    (Fault::GatewayAfter, "gateway-after"),
    (Fault::IntegrationError, "integration-error"),
    (Fault::Hang, "hang"),
    (Fault::CutBody, "cut-body"),
    (Fault::Slow, "slow"),
    (Fault::RateLimitStorm, "rate-limit-storm"),
    (Fault::OddValues, "odd-values"),
    (Fault::MovedRecords, "moved-records"),
    (Fault::ClockJump, "clock-jump"),
];

/// Which faults occur, and how often. Which request meets which fault follows from the seed and the number of the
/// request.
///
/// ```
/// use trackstar_api::emulator::{Fault, Faults};
///
/// let faults = Faults::new().with(Fault::GatewayAfter, 0.02).with(Fault::CutBody, 0.01).seed(7);
/// // The same for a command line.
/// let parsed: Faults = "gateway-after:0.02,cut-body:0.01,seed:7".parse()?;
/// assert_eq!(faults, parsed);
/// # Ok::<(), trackstar_api::emulator::InvalidFaults>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "faults are set by `EmulatorBuilder::faults`"]
pub struct Faults {
    rates: Vec<(Fault, f64)>,
    seed: u64,
    slow_by: Duration,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            rates: Vec::new(),
            seed: 0,
            slow_by: Duration::from_secs(2),
        }
    }
}

impl Faults {
    /// No faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every fault at the same rate, from 0 to 1.
    pub fn all(rate: f64) -> Self {
        ALL.iter()
            .fold(Self::new(), |faults, (fault, _)| faults.with(*fault, rate))
    }

    /// Lets a fault occur in this part of all requests, from 0 to 1. A request meets one fault at most.
    pub fn with(mut self, fault: Fault, rate: f64) -> Self {
        self.rates.push((fault, rate));
        self
    }

    /// What the choice of requests follows from. 0 if it is not set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How late a slow response is. 2 seconds if it is not set.
    pub fn slow_by(mut self, delay: Duration) -> Self {
        self.slow_by = delay;
        self
    }

    pub(crate) fn delay(&self) -> Duration {
        self.slow_by
    }

    /// The fault of one request, and a source of chance for its details.
    pub(crate) fn draw(&self, number: u64) -> (Option<Fault>, Rng) {
        let mut rng = Rng::with_seed(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut left = rng.f64();
        let drawn = self.rates.iter().find(|(_, rate)| {
            left -= rate;
            left < 0.0
        });
        (drawn.map(|(fault, _)| *fault), rng)
    }
}

/// Faults as text that cannot be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[error("`{0}` is no fault with its rate: give `all:0.01`, or some of {names}, each with a colon and a rate from 0 to 1, and `seed:7` beside them", names = names())]
pub struct InvalidFaults(String);

fn names() -> String {
    ALL.map(|(_, name)| name).join(", ")
}

impl FromStr for Faults {
    type Err = InvalidFaults;

    /// Reads `gateway-after:0.02,cut-body:0.01`, or `all:0.01`; `seed:7` may stand among them.
    fn from_str(text: &str) -> Result<Self, InvalidFaults> {
        let mut faults = Self::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let invalid = || InvalidFaults(part.to_owned());
            let (name, value) = part.split_once(':').ok_or_else(invalid)?;
            let rate = || {
                value
                    .parse()
                    .ok()
                    .filter(|rate| (0.0..=1.0).contains(rate))
                    .ok_or_else(invalid)
            };
            let known = ALL.iter().find(|(_, other)| *other == name);
            faults = match (name, known) {
                ("seed", _) => faults.seed(value.parse().map_err(|_| invalid())?),
                ("all", _) => Self {
                    rates: Self::all(rate()?).rates,
                    ..faults
                },
                (_, Some((fault, _))) => faults.with(*fault, rate()?),
                _ => return Err(invalid()),
            };
        }
        Ok(faults)
    }
}
