-- Tells wrk's result in one line of JSON; with an argument, asks for the paths in that file, one after the other.
local paths = {}

function init(args)
  if args[1] then
    for line in io.lines(args[1]) do paths[#paths + 1] = wrk.format("GET", line) end
    local at = 0
    request = function()
      at = at % #paths + 1
      return paths[at]
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  local total = errors.connect + errors.read + errors.write + errors.status
  io.write(string.format('\n{"operations": %d, "seconds": %f, "p50": %f, "p99": %f, "bytes": %d, "errors": %d, "error": "%d connect, %d read, %d write, %d status"}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, summary.bytes,
    total, errors.connect, errors.read, errors.write, errors.status))
end
