import { placeLapsesMs } from "../limiter.ts";

/**
 * What Valkey does of itself, in one step per call. A command costs about a microsecond there whatever it does, so what
 * belongs to one holder (an account, a key, a channel) is read at once and written at once.
 *
 * KEYS[1] is what all keys of an account or channel begin with, its hash tag in it, so that they lie in one slot:
 * - `<it>:<holder>` is a hash: per window its head, six doubles (number of the oldest cell, of the next one, the sum, the
 *   oldest's moment, the latest's moment and amount); per limit on running calls their number; `~`: the second in which
 *   the holder's life was last prolonged.
 * - `<it>:<holder>|<field>` is a hash of a window's cells but the latest: number = moment and amount, two doubles. Cells
 *   are what lib/limits/window.ts says.
 * - `<it>` is a sorted set of the calls that run, each with the moment at which its place lapses. A member is the call's
 *   name and, a line each, the counters that it stands in, so that these are put right when it lapses.
 *
 * Moments are microseconds of the server's own clock (a test hands over another one as `ARGV[1]`); all numbers are whole
 * and below 2^53.
 */
const shared = `
local WINDOW, SECOND, KEPT_MS, LAPSE, AT_ONCE = 60000000, 1000000, 62000, ${placeLapsesMs * 1000}, 50
local base = KEYS[1]
local function moment(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local now = moment(ARGV[1])
local function secondOf(at) return math.floor(at / SECOND) end
local function packed(w) return struct.pack('<dddddd', w.first, w.next, w.sum, w.headAt, w.lastAt, w.lastAmount) end
local function cellsOf(w)
  w.cells = w.cells or w.key .. '|' .. w.field
  return w.cells
end
-- Up to AT_ONCE cells from a number on: moments and amounts. One that is gone was empty, and long ago.
local function cellsFrom(w, number)
  local ats, amounts, asked = {}, {}, {}
  for n = number, math.min(number + AT_ONCE, w.next - 1) - 1 do asked[#asked + 1] = n end
  if #asked > 0 then
    for i, cell in ipairs(redis.call('HMGET', cellsOf(w), unpack(asked))) do
      ats[i], amounts[i] = 0, 0
      if cell then ats[i], amounts[i] = struct.unpack('<dd', cell) end
    end
  end
  if number + #asked == w.next - 1 then ats[#ats + 1], amounts[#amounts + 1] = w.lastAt, w.lastAmount end
  return ats, amounts
end
-- Lets go of what has left the window, the oldest cell at least.
local function expire(w)
  w.isChanged = true
  if w.lastAt + WINDOW <= now then
    if w.next - w.first > 1 then redis.call('DEL', cellsOf(w)) end
    w.first, w.sum = w.next, 0
    return
  end
  repeat
    local ats, amounts = cellsFrom(w, w.first)
    local gone, stays = {}, false
    for i, at in ipairs(ats) do
      if at + WINDOW > now then
        w.headAt, stays = at, true
        break
      end
      gone[i], w.first, w.sum = w.first, w.first + 1, w.sum - amounts[i]
    end
    if #gone > 0 then redis.call('HDEL', cellsOf(w), unpack(gone)) end
  until stays
end
local function windowOf(head, key, field)
  local first, next, sum, headAt, lastAt, lastAmount = now, now, 0, 0, 0, 0
  if head then first, next, sum, headAt, lastAt, lastAmount = struct.unpack('<dddddd', head) end
  -- Made whole at once, with room for what taking adds: a table that grows is made again and again.
  local w = { key = key, field = field, cells = false, isChanged = false, first = first, next = next, sum = sum,
    headAt = headAt, lastAt = lastAt, lastAmount = lastAmount }
  if first < next and headAt + WINDOW <= now then expire(w) end
  return w
end
local function standsIn(member, by)
  for holder, field in string.gmatch(member, '\\n([^|\\n]*)|([^\\n]*)') do
    local key = base .. ':' .. holder
    local count = redis.call('HINCRBY', key, field, by)
    if count < 0 then redis.call('HSET', key, field, 0) end
    if by >= 0 or count < 0 then redis.call('PEXPIRE', key, KEPT_MS) end
  end
end
local function dropLapsed()
  local lapsed = redis.call('ZRANGEBYSCORE', base, '-inf', now)
  for _, member in ipairs(lapsed) do standsIn(member, -1) end
  if #lapsed > 0 then redis.call('ZREMRANGEBYSCORE', base, '-inf', now) end
end
`;

/**
 * ARGV: moment, the call's name (empty: no limit is on running calls), 1 to take or 0 to look; then per holder: its name,
 * how many checks, their fields, `~`, and per check `w` (window) or `c` (running calls; a capital: in shadow), limit,
 * amount.
 * Answers, in that order of checks: if taken 1 and per check what is used now and the cell, -1 for a shadow without room;
 * else 0 and per check what is used, µs until it is empty, µs until this fits (0 now, -1 never).
 */
export const takeScript = `${shared}
local BUSY = 1000000
local call, taking = ARGV[2], ARGV[3] == '1'
local holders, fits = {}, true
local function waitOf(c)
  if c.amount > c.limit then return -1 end
  local excess, number = c.sum + c.amount - c.limit, c.first
  if excess <= 0 then return 0 end
  if c.isRunning then return BUSY end
  while number < c.next do
    local ats, amounts = cellsFrom(c, number)
    for i, at in ipairs(ats) do
      excess = excess - amounts[i]
      if excess <= 0 then return math.max(1, math.min(WINDOW, at + WINDOW - now)) end
    end
    number = number + #ats
  end
  return WINDOW
end
if call ~= '' then dropLapsed() end
local at = 4
while ARGV[at] do
  local name, n = ARGV[at], tonumber(ARGV[at + 1])
  local key = base .. ':' .. name
  local checks = {}
  local held = redis.call('HMGET', key, unpack(ARGV, at + 2, at + 2 + n))
  local after = at + 3 + n
  for i = 1, n do
    local kind = ARGV[after]
    local isRunning = kind == 'c' or kind == 'C'
    local c = windowOf(not isRunning and held[i], key, ARGV[at + 1 + i])
    c.isRunning, c.limit, c.amount = isRunning, tonumber(ARGV[after + 1]), tonumber(ARGV[after + 2])
    if isRunning then c.sum = tonumber(held[i] or 0) end
    c.wait = waitOf(c)
    if c.wait ~= 0 and (kind == 'w' or kind == 'c') then fits = false end
    checks[i], after = c, after + 3
  end
  holders[#holders + 1] = { name = name, key = key, checks = checks, second = tonumber(held[n + 1] or 0) }
  at = after
end
local function add(w)
  local isFirst, at = w.next == w.first, math.max(now, w.lastAt)
  local isSameSecond = secondOf(w.lastAt) == secondOf(at)
  if not isFirst and (w.lastAt == at or (w.limit > 1000 and isSameSecond)) then
    w.lastAmount = w.lastAmount + w.amount
  else
    if not isFirst then
      redis.call('HSET', cellsOf(w), w.next - 1, struct.pack('<dd', w.lastAt, w.lastAmount))
      -- Once a second is enough: nobody needs a cell for longer than a minute after its moment.
      if w.next - w.first == 1 or not isSameSecond then redis.call('PEXPIRE', cellsOf(w), KEPT_MS) end
    end
    w.next, w.lastAmount = w.next + 1, w.amount
  end
  if w.next - w.first == 1 then w.headAt = at end
  w.lastAt, w.sum, w.isChanged = at, w.sum + w.amount, true
end
local isTaken, member = fits and taking, call
local answer = { isTaken and 1 or 0 }
for _, holder in ipairs(holders) do
  local words, n = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 0
  for _, c in ipairs(holder.checks) do
    local cell = -1
    if isTaken and c.wait == 0 and c.isRunning then
      c.sum, cell = c.sum + 1, 0
      words[n + 1], words[n + 2], n = c.field, c.sum, n + 2
      member = member .. '\\n' .. holder.name .. '|' .. c.field
    elseif isTaken and c.wait == 0 then
      add(c)
      cell = c.next - 1
    end
    if c.isChanged then words[n + 1], words[n + 2], n = c.field, packed(c), n + 2 end
    local to = #answer
    answer[to + 1] = c.sum
    if isTaken then
      answer[to + 2] = cell
    else
      answer[to + 2] = (c.isRunning or c.next == c.first) and 0 or math.min(WINDOW, c.lastAt + WINDOW - now)
      answer[to + 3] = c.wait
    end
  end
  if n > 0 then
    local second = secondOf(now)
    if holder.second ~= second then words[n + 1], words[n + 2], n = '~', second, n + 2 end
    redis.call('HSET', holder.key, unpack(words, 1, n))
    if holder.second ~= second then redis.call('PEXPIRE', holder.key, KEPT_MS) end
  end
end
if member ~= call then
  redis.call('ZADD', base, now + LAPSE, member)
  redis.call('PEXPIRE', base, KEPT_MS)
end
return answer
`;

/**
 * ARGV: moment, number of changes, per change: holder, field, cell, what it changes by; then the members that have ended.
 * What has left its window is left alone, and so is a member that has lapsed.
 */
export const changeScript = `${shared}
local changes = tonumber(ARGV[2])
for i = 1, changes do
  local at = i * 4 - 1
  local key, field, number, by = base .. ':' .. ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local head = redis.call('HGET', key, field)
  if head then
    local w = windowOf(head, key, field)
    if number >= w.first and number < w.next then
      local before
      if number == w.next - 1 then
        before = w.lastAmount
        w.lastAmount = math.max(0, before + by)
      else
        local cell = redis.call('HGET', cellsOf(w), number)
        local cellAt
        if cell then cellAt, before = struct.unpack('<dd', cell) end
        if cell then redis.call('HSET', cellsOf(w), number, struct.pack('<dd', cellAt, math.max(0, before + by))) end
      end
      if before then w.sum, w.isChanged = w.sum + math.max(0, before + by) - before, true end
    end
    if w.isChanged then redis.call('HSET', key, field, packed(w)) end
  end
end
for i = 3 + changes * 4, #ARGV do
  if redis.call('ZREM', base, ARGV[i]) == 1 then standsIn(ARGV[i], -1) end
end
return 1
`;

/** ARGV: moment, then the members that run still. One whose place had lapsed gets it again. */
export const renewScript = `${shared}
dropLapsed()
for i = 2, #ARGV do
  standsIn(ARGV[i], redis.call('ZADD', base, now + LAPSE, ARGV[i]))
end
redis.call('PEXPIRE', base, KEPT_MS)
return 1
`;
