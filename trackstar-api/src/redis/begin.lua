-- Claims the id KEYS[1] under the token ARGV[1] for ARGV[2] milliseconds, unless it is known.
-- Gives what was known of it.
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return ''
end
return redis.call('GET', KEYS[1])
