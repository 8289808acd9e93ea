-- Grants requests: as many as may be sent at once, at most ARGV[1] of them, or else one for as soon as it may be sent.
-- KEYS[1] lists the times of the last requests, newest first. Times are in microseconds.
-- ARGV[2] requests may be sent in any ARGV[3] microseconds. What follows are times that were granted and not used.
-- Gives how many were granted, the delay before they may be sent, and the time that they were granted for.
local most, span = tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for i = 4, #ARGV do
  redis.call('LREM', KEYS[1], 1, ARGV[i])
end
local granted, at = 0, now
while granted < tonumber(ARGV[1]) do
  local before = redis.call('LINDEX', KEYS[1], most - 1)
  local opening = math.max(now, (before or 0) + span)
  if opening - now > 100 * span then
    -- The clock was set back: these times say nothing.
    redis.call('DEL', KEYS[1])
    opening = now
  end
  if granted > 0 and opening > now then
    break
  end
  at = opening
  granted = granted + 1
  redis.call('LPUSH', KEYS[1], string.format('%.0f', at))
  redis.call('LTRIM', KEYS[1], 0, most - 1)
  redis.call('PEXPIRE', KEYS[1], math.ceil((at - now + span) / 1000))
  if at > now then
    break
  end
end
return { granted, at - now, string.format('%.0f', at) }
