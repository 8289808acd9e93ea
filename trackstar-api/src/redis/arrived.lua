-- The requests that were granted in the last ARGV[2] microseconds count from now: they waited for a connection.
-- KEYS[1] and ARGV[1] are the list and the window of `admit.lua`.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local newest = now
for i, at in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  newest = math.max(newest, at)
  if at + ARGV[2] >= now and at + 0 < now then
    redis.call('LSET', KEYS[1], i - 1, string.format('%.0f', now))
  end
end
redis.call('PEXPIRE', KEYS[1], math.ceil((newest - now + ARGV[1]) / 1000))
