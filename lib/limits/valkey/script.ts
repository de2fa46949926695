/**
 * What Valkey does of itself, in one step per call. Moments are microseconds of the server's own clock (a test hands
 * over another one as `ARGV[1]`). A window is a hash: `f` the number of its oldest cell, `n` of the next, `s` the sum,
 * and cells `<number>` = `<moment>:<amount>`, as lib/limits/window.ts has them. Running calls are a sorted set, each with
 * the moment at which its place lapses; those that have lapsed are not counted, and go when a node renews its own. Numbers
 * are whole and below 2^53: Lua hands them over digit by digit.
 */
const shared = `
local WINDOW = 60000000
local KEPT_MS = 62000
local function cell(at, amount) return string.format('%.0f:%.0f', at, amount) end
local function moment(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function read(cell)
  local colon = string.find(cell, ':', 1, true)
  return tonumber(string.sub(cell, 1, colon - 1)), tonumber(string.sub(cell, colon + 1))
end
local function cellOf(key, number) return read(redis.call('HGET', key, number)) end
local function windowOf(key, now)
  local held = redis.call('HMGET', key, 'f', 'n', 's')
  if not held[1] then return { first = now, next = now, sum = 0 } end
  local w = { first = tonumber(held[1]), next = tonumber(held[2]), sum = tonumber(held[3]) }
  if w.first >= w.next then return w end
  local ends = redis.call('HMGET', key, w.first, w.next - 1)
  local at, amount = read(ends[1])
  w.last, w.lastAmount = read(ends[2])
  if at + WINDOW > now then return w end
  repeat
    redis.call('HDEL', key, w.first)
    w.first, w.sum = w.first + 1, w.sum - amount
    if w.first >= w.next then w.last = nil break end
    at, amount = cellOf(key, w.first)
  until at + WINDOW > now
  redis.call('HSET', key, 'f', w.first, 's', w.sum)
  return w
end
`;

/**
 * KEYS: one per check. ARGV: moment, member of the running call, µs until its place lapses, 1 to take or 0 to look, then
 * per check: `w` (window) or `c` (running calls), limit, amount, 1 if it is a shadow.
 * Answers 1 (taken) or 0, then per check: used, µs until empty, µs until it fits (0 now, -1 never), cell.
 */
export const takeScript = `${shared}
local now, member, lapse, taking = moment(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local BUSY = 1000000
local stands, fits = {}, true
for i, key in ipairs(KEYS) do
  local at = 5 + (i - 1) * 4
  local c = { kind = ARGV[at], limit = tonumber(ARGV[at + 1]), amount = tonumber(ARGV[at + 2]), shadow = ARGV[at + 3] == '1',
    reset = 0, wait = 0, cell = 0 }
  if c.kind == 'c' then
    c.used = redis.call('ZCOUNT', key, string.format('(%.0f', now), '+inf')
    if c.used + c.amount > c.limit then c.wait = BUSY end
  else
    local w = windowOf(key, now)
    c.window, c.used = w, w.sum
    if w.last then c.reset = math.min(WINDOW, w.last + WINDOW - now) end
    local excess, number = w.sum + c.amount - c.limit, w.first
    if excess > 0 then c.wait = WINDOW end
    while excess > 0 and number < w.next do
      local cellAt, amount = cellOf(key, number)
      excess, number = excess - amount, number + 1
      if excess <= 0 then c.wait = math.max(1, math.min(WINDOW, cellAt + WINDOW - now)) end
    end
  end
  if c.amount > c.limit then c.wait = -1 end
  if c.wait ~= 0 and not c.shadow then fits = false end
  stands[i] = c
end
if fits and taking then
  for i, key in ipairs(KEYS) do
    local c = stands[i]
    if c.wait == 0 and c.kind == 'c' then
      redis.call('ZADD', key, now + lapse, member)
      redis.call('PEXPIRE', key, lapse / 1000)
      c.used = c.used + 1
    elseif c.wait == 0 then
      local w = c.window
      local at = math.max(now, w.last or now)
      local joins = w.last and (w.last == at or (c.limit > 1000 and math.floor(w.last / 1000000) == math.floor(at / 1000000)))
      local amount = c.amount
      -- Once a second is enough, and the keys that nobody counts in any more are gone a second later.
      local isLater = not w.last or math.floor(w.last / 1000000) ~= math.floor(at / 1000000)
      if joins then amount = amount + w.lastAmount else w.next = w.next + 1 end
      c.cell, w.sum = w.next - 1, w.sum + c.amount
      redis.call('HSET', key, 'f', w.first, 'n', w.next, 's', w.sum, c.cell, cell(at, amount))
      if isLater then redis.call('PEXPIRE', key, KEPT_MS) end
      c.used, c.reset = w.sum, WINDOW
    end
  end
end
local answer = { (fits and taking) and 1 or 0 }
for _, c in ipairs(stands) do
  answer[#answer + 1] = c.used
  answer[#answer + 1] = c.reset
  answer[#answer + 1] = c.wait
  answer[#answer + 1] = c.cell
end
return answer
`;

/** KEYS: windows. ARGV: moment, then per window: cell, what it changes by. What has left the window is left alone. */
export const correctScript = `${shared}
local now = moment(ARGV[1])
for i, key in ipairs(KEYS) do
  local number, by = tonumber(ARGV[i * 2]), tonumber(ARGV[i * 2 + 1])
  if redis.call('EXISTS', key) == 1 then
    local w = windowOf(key, now)
    if number >= w.first and number < w.next then
      local at, amount = cellOf(key, number)
      local changed = math.max(0, amount + by)
      redis.call('HSET', key, number, cell(at, changed), 's', w.sum + changed - amount)
    end
  end
end
return 1
`;

/** KEYS: sets of running calls. ARGV: moment, µs until a place lapses, then per set the member that runs still. */
export const renewScript = `${shared}
local now, lapse = moment(ARGV[1]), tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZADD', key, now + lapse, ARGV[i + 2])
  redis.call('PEXPIRE', key, lapse / 1000)
end
return 1
`;

/** KEYS: sets of running calls. ARGV: per set the member that has ended. */
export const releaseScript = `
for i, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[i]) end
return 1
`;
