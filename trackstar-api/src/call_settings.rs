//! What every call can say otherwise than its client: the setters that all builders of calls have.

/// Writes the setters, into the `impl` of a builder with a field `call`.
macro_rules! call_settings {
    () => {
        /// Sets how often this call is repeated, in place of what the client says.
        #[inline]
        pub fn retry(mut self, policy: crate::RetryPolicy) -> Self {
            self.call.retry(policy);
            self
        }

        /// Sets how long one attempt of this call may take, in place of what the client says
        /// ([`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout)).
        #[inline]
        pub fn attempt_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.call.set_attempt_timeout(limit);
            self
        }

        /// Sets how long this call may take in all, in place of what the client says
        /// ([`ClientBuilder::call_timeout`](crate::ClientBuilder::call_timeout)).
        #[inline]
        pub fn call_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.call.set_call_timeout(limit);
            self
        }
    };
    // A write takes an idempotency key as well.
    (of a write) => {
        crate::call_settings::call_settings!();

        /// Sets the idempotency key, 1 to 255 visible characters, in place of a random one: the same key
        /// within 24 hours is the same write.
        #[inline]
        pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
            self.call.idempotency_key(key.into());
            self
        }
    };
}
pub(crate) use call_settings;
