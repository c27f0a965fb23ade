-- Posts the lines of the file $BENCH_BODIES in turn to the paths of $BENCH_PATHS, and prints what came of it as JSON.
local requests = {}
local at = 0

function init()
  local bodies = {}
  for line in io.lines(os.getenv("BENCH_BODIES")) do bodies[#bodies + 1] = line end
  local headers = { ["content-type"] = "application/json" }
  for _, body in ipairs(bodies) do
    for path in os.getenv("BENCH_PATHS"):gmatch("%S+") do
      requests[#requests + 1] = wrk.format("POST", path, headers, body)
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"perSecond":%.1f,"p50Ms":%.3f,"p99Ms":%.3f,"failures":%d}\n',
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000,
    latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
