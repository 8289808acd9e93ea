//! Which limit a request counts against.

use std::time::Duration;

use crate::operation::Operation;

/// The rate limits of the API. Each credential has one of each. New ones may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitClass {
    /// GET: ten in any one second.
    Reads,
    /// POST, PUT, PATCH and DELETE: fifty in any one second.
    Writes,
    /// `GET /integrations/{integration_type}` and `GET /integrations/{integration_type}/{integration_name}`:
    /// one in any one minute, for both together. They count against [`Reads`](Self::Reads) as well.
    Integrations,
}

impl LimitClass {
    /// How many requests may be sent in any one [`window`](Self::window).
    pub fn max_requests(self) -> usize {
        match self {
            Self::Reads => 10,
            Self::Writes => 50,
            Self::Integrations => 1,
        }
    }

    /// The length of the sliding window.
    pub fn window(self) -> Duration {
        match self {
            Self::Reads | Self::Writes => Duration::from_secs(1),
            Self::Integrations => Duration::from_secs(60),
        }
    }

    /// The class follows from the method and the path: nothing else is known about a request by path.
    pub(crate) fn of(operation: &Operation, path: &str) -> Self {
        if !operation.is_safe() {
            return Self::Writes;
        }
        let rest = path.trim_start_matches('/').strip_prefix("integrations/");
        match rest.map(|rest| rest.trim_end_matches('/').split('/').count()) {
            Some(1 | 2) => Self::Integrations,
            _ => Self::Reads,
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;
    use crate::operation::Token;

    #[test]
    fn the_class_follows_from_method_and_path() {
        for (method, path, class) in [
            (Method::GET, "/wms/orders", LimitClass::Reads),
            (Method::POST, "/wms/orders", LimitClass::Writes),
            (Method::PUT, "/wms/orders/1/cancel", LimitClass::Writes),
            (Method::PATCH, "/connections", LimitClass::Writes),
            (Method::DELETE, "/connections", LimitClass::Writes),
            (Method::GET, "/integrations/wms", LimitClass::Integrations),
            (
                Method::GET,
                "/integrations/wms/shiphero",
                LimitClass::Integrations,
            ),
            (
                Method::GET,
                "/integrations/wms/shiphero/write-info",
                LimitClass::Reads,
            ),
            (
                Method::GET,
                "/integration-requests/flows",
                LimitClass::Reads,
            ),
        ] {
            let operation = Operation {
                id: "any",
                method,
                path: "",
                token: Token::Optional,
                is_passthrough: false,
            };
            assert_eq!(LimitClass::of(&operation, path), class, "{path}");
        }
    }
}
