-- wrk -s post.lua URL -- BODY TYPE: the same body in every request.
init = function(args)
  wrk.method = "POST"
  wrk.body = args[1]
  wrk.headers["Content-Type"] = args[2]
  body = wrk.format()
end

request = function()
  return body
end
