-- For wrk: asks for one path after the other out of a file, and prints the results as one line of JSON.
-- Arguments: the file with a path a line, and a value for the Accept header.
local requests = {}
local next_request = 0

function init(arguments)
  wrk.headers["Accept"] = arguments[2]
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"bad":%d,"broken":%d,"late":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    errors.status, errors.connect + errors.read + errors.write, errors.timeout
  ))
end
