-- Forgets the id KEYS[1] if it is still claimed under the token ARGV[1].
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
