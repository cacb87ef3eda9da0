-- wrk -s post.lua URL -- BODY: the same JSON body in every request.
init = function(args)
  wrk.method = "POST"
  wrk.body = args[1]
  wrk.headers["Content-Type"] = "application/json"
  body = wrk.format()
end

request = function()
  return body
end
