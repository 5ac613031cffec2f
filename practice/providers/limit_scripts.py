"""What the limiter asks of Redis, as scripts: each decides at one instant, by Redis's own clock.

Keys are built from a prefix inside the scripts where there are many of them: one server holds them all, not a cluster.
"""

NOW = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
"""

# KEYS log, in flight, pause, day, open, people; then of the app: flow, pause, epoch, firms.
# Answers {1, epoch} or {0, epoch, which, milliseconds until one call, milliseconds until `burst` calls}.
ACQUIRE = """
local lease, people, burst, seen, firm = ARGV[1], ARGV[2] == '1', tonumber(ARGV[3]), ARGV[4], ARGV[5]
local seed_left, seed_ms = tonumber(ARGV[6]), tonumber(ARGV[7])
local window, keep, calls = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local width, lease_ms, reserve = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local app_minute, app_calls = tonumber(ARGV[14]), tonumber(ARGV[15])
local slack, people_slack = tonumber(ARGV[16]), tonumber(ARGV[17])
local poll, loss_pause = tonumber(ARGV[18]), tonumber(ARGV[19])

-- The epoch names this server's memory. Whoever has seen another one knows that the count was lost.
local epoch = redis.call('GET', KEYS[9])
if not epoch then
  epoch = string.format('%.0f:%s', now, seen ~= '' and 'lost' or 'new')
  redis.call('SET', KEYS[9], epoch)
end
local since_loss = math.huge
if string.sub(epoch, -4) == 'lost' then since_loss = now - tonumber(string.match(epoch, '^%d+')) end

local function refuse(which, one, many)
  one = math.max(1, math.ceil(one))
  -- Whoever a person waits for is next: bulk leaves it a call and a place until a moment after both are free.
  if people and one <= window then
    redis.call('ZADD', KEYS[6], now + one + 2000, lease)
    redis.call('PEXPIRE', KEYS[6], one + 3000)
  end
  return {0, epoch, which, one, math.max(one, math.ceil(many or one))}
end

if since_loss < loss_pause and not people then return refuse('limiter', loss_pause - since_loss) end
for _, key in ipairs({KEYS[3], KEYS[8]}) do
  local paused = redis.call('GET', key)
  if paused then
    local till, which = string.match(paused, '^(%d+):(.*)$')
    if tonumber(till) > now then return refuse(which, tonumber(till) - now) end
  end
end

local left = redis.call('GET', KEYS[4])
if not left and seed_left >= 0 then
  redis.call('SET', KEYS[4], seed_left, 'PX', seed_ms)
  left = seed_left
end
if left and tonumber(left) <= (people and 0 or reserve) then return refuse('day', redis.call('PTTL', KEYS[4])) end

local held_calls, held_places = 0, 0
if not people then
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now)
  local waiting = redis.call('ZCARD', KEYS[6])
  local open = redis.call('EXISTS', KEYS[5])
  held_calls, held_places = math.min(calls - 1, waiting + 2 * open), math.min(width - 1, waiting + open)
end

-- Kept for longer than they count, so that an answer can tell which calls its own count held.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window - keep)
local made = redis.call('ZCOUNT', KEYS[1], '(' .. now - window, '+inf')
local room = calls - held_calls
if made >= room then
  local total = redis.call('ZCARD', KEYS[1])
  local at = total - room
  local one = redis.call('ZRANGE', KEYS[1], at, at, 'WITHSCORES')[2]
  -- A burst goes as far as the calls of a minute ago do: those behind a long break in them come free with the next one.
  local free, many = redis.call('ZRANGE', KEYS[1], at, math.min(total - 1, at + burst - 1), 'WITHSCORES'), one
  for n = 2, #free, 2 do
    if free[n] - many > window / 20 then break end
    many = free[n]
  end
  return refuse('minute', one + window - now, many + window - now)
end

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local flying = redis.call('ZCARD', KEYS[2])
if flying >= width - held_places then return refuse('concurrent', poll) end
-- After a loss nobody knows what the last minute held: the first answer says, and the others wait for it.
if since_loss < window and flying > 0 and made <= flying then return refuse('concurrent', poll) end

local gap = app_minute / app_calls
local flow = math.max(tonumber(redis.call('GET', KEYS[7]) or now), now)
local ahead = flow - now
if ahead > (people and people_slack or slack) * gap then
  return refuse('app', ahead - (people and people_slack or slack) * gap)
end
if firm ~= '' and not people then
  -- Each firm has its share of the app's minute; more only while the others leave room (half of the burst is free).
  local minute = math.floor(now / app_minute)
  local mine = KEYS[10] .. ':' .. minute
  if ahead > slack * gap / 2 then
    local firms = math.max(1, redis.call('HLEN', mine), redis.call('HLEN', KEYS[10] .. ':' .. minute - 1))
    if tonumber(redis.call('HGET', mine, firm) or 0) >= app_calls / firms then
      return refuse('app', ahead - slack * gap / 2)
    end
  end
  if redis.call('HINCRBY', mine, firm, 1) == 1 then redis.call('PEXPIRE', mine, math.ceil(app_minute * 3)) end
end

redis.call('ZADD', KEYS[1], now, lease)
redis.call('PEXPIRE', KEYS[1], window + keep)
redis.call('ZADD', KEYS[2], now + lease_ms, lease)
redis.call('PEXPIRE', KEYS[2], lease_ms + 1000)
redis.call('SET', KEYS[7], string.format('%.3f', flow + gap), 'PX', 120000)
if left then redis.call('DECR', KEYS[4]) end
if people then redis.call('ZREM', KEYS[6], lease) end
return {1, epoch}
"""

# KEYS log, in flight, day. ARGV lease, window, keep, calls, latest, minute left or -1, day left or -1, day's memory.
RELEASE = """
local lease, window, keep, calls, latest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local minute_left, day_left = tonumber(ARGV[6]), tonumber(ARGV[7])
redis.call('ZREM', KEYS[2], lease)
-- When the other side counted the call nobody knows: somewhere between leave and answer. Counted as late as it can
-- have been, no call that follows a minute later falls into the same minute there, however uneven the network is.
local began = tonumber(redis.call('ZSCORE', KEYS[1], lease) or now)
redis.call('ZADD', KEYS[1], math.min(now, began + latest), lease)
if day_left >= 0 then
  -- Our own count is ahead by what is still under way; only another day makes it rise.
  local known = tonumber(redis.call('GET', KEYS[3]) or day_left)
  if day_left <= known + 5 then day_left = math.min(day_left, known) end
  redis.call('SET', KEYS[3], day_left, 'PX', tonumber(ARGV[8]))
end
if minute_left >= 0 then
  -- Every call of ours that its count can hold is younger than a window before this one began.
  local others = calls - minute_left - redis.call('ZCOUNT', KEYS[1], '(' .. began - window, '+inf')
  for n = 1, math.min(others, calls) do redis.call('ZADD', KEYS[1], now, 'others:' .. lease .. ':' .. n) end
end
redis.call('PEXPIRE', KEYS[1], window + keep)
return 1
"""

# KEYS in flight, of each call. ARGV how long a place is held, then the leases.
RENEW = """
for n, key in ipairs(KEYS) do
  redis.call('ZADD', key, 'XX', now + ARGV[1], ARGV[n + 1])
  redis.call('PEXPIRE', key, ARGV[1] + 1000)
end
return #KEYS
"""

# KEYS pause. ARGV which, milliseconds. A pause is never shortened by a later answer to an earlier call.
PAUSE = """
local till = now + tonumber(ARGV[2])
local before = redis.call('GET', KEYS[1])
if before and tonumber(string.match(before, '^%d+')) >= till then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f:%s', till, ARGV[1]), 'PX', tonumber(ARGV[2]) + 1000)
return 1
"""

# KEYS log, pause and day of each tenant, then the app's pause. ARGV window, calls. Of each tenant: calls left of the
# minute, of the day or -1, milliseconds until the day is asked for again or -1, and of a pause.
LOOK = """
local window, calls, seen = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
local function pause(key)
  local paused = redis.call('GET', key)
  return paused and math.max(0, tonumber(string.match(paused, '^%d+')) - now) or 0
end
local app = pause(KEYS[#KEYS])
for n = 1, #KEYS - 1, 3 do
  local made = redis.call('ZCOUNT', KEYS[n], '(' .. now - window, '+inf')
  local day, wait = redis.call('GET', KEYS[n + 2]), math.max(app, pause(KEYS[n + 1]))
  if made >= calls then
    local first = redis.call('ZRANGE', KEYS[n], -calls, -calls, 'WITHSCORES')[2]
    wait = math.max(wait, first + window - now)
  end
  seen[#seen + 1] = {math.max(0, calls - made), tonumber(day or -1), day and redis.call('PTTL', KEYS[n + 2]) or -1, math.ceil(wait)}
end
return seen
"""
