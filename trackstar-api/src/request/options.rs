//! What every builder of a request can set, and how it is awaited.

/// Writes the setters into the `impl` of a builder with a field `request`.
macro_rules! request_options {
    () => {
        /// Sets how often this request is retried, instead of the client's policy
        /// ([`ClientBuilder::retry`](crate::ClientBuilder::retry)).
        #[inline]
        pub fn retry(mut self, policy: crate::RetryPolicy) -> Self {
            self.request.retry(policy);
            self
        }

        /// Sets how long one attempt may take, instead of the client's setting
        /// ([`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout)).
        #[inline]
        pub fn attempt_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.request.set_attempt_timeout(limit);
            self
        }

        /// Sets how long this request may take in total, instead of the client's setting
        /// ([`ClientBuilder::total_timeout`](crate::ClientBuilder::total_timeout)).
        #[inline]
        pub fn total_timeout(mut self, limit: ::std::time::Duration) -> Self {
            self.request.set_total_timeout(limit);
            self
        }
    };
    // A write has an idempotency key as well.
    (of a write) => {
        crate::request::options::request_options!();

        /// Sets the idempotency key, 1 to 255 visible ASCII characters, instead of a random one: within 24
        /// hours, the same key is the same write. To send a write in doubt again, pass
        /// [`Error::idempotency_key`](crate::Error::idempotency_key).
        #[inline]
        pub fn idempotency_key(mut self, key: impl Into<crate::IdempotencyKey>) -> Self {
            self.request.idempotency_key(key.into());
            self
        }
    };
}
pub(crate) use request_options;

/// Lets a builder be awaited: awaiting it is its `send`.
macro_rules! into_future {
    ($builder:ty => $value:ty) => {
        impl ::std::future::IntoFuture for $builder {
            type Output = ::std::result::Result<crate::Response<$value>, crate::Error>;
            type IntoFuture =
                ::std::pin::Pin<Box<dyn ::std::future::Future<Output = Self::Output> + Send>>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    };
}
pub(crate) use into_future;
