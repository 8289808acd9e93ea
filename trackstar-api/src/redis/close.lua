-- Lets no request be sent for ARGV[3] microseconds: as if the limit had been used up one window before that.
-- KEYS[1], ARGV[1] and ARGV[2] are the list, the limit and the window of `admit.lua`.
local most, span = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local newest = tonumber(redis.call('LINDEX', KEYS[1], 0) or 0)
local at = math.max(newest, now + ARGV[3] - span)
for _ = 1, most do
  redis.call('LPUSH', KEYS[1], string.format('%.0f', at))
end
redis.call('LTRIM', KEYS[1], 0, most - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil((at - now + span) / 1000))
