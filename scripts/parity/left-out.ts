/** Topics and programs that make no sense outside Python, each with the reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  pydantic_v1_in_v2: 'migration from Pydantic 1',
  python_types: 'an introduction to type hints of Python; no app in it',
  wsgi: 'WSGI is a Python interface',
  'response_model/tutorial003_04': 'a return type that FastAPI refuses when it is declared',
  graphql_: 'GraphQL with Strawberry, a Python library; the program shows no FastAPI of its own',
}

/** Tests that change the Python program while it runs, or whose answers are drawn by lot. */
export const NOT_RECORDED: readonly string[] = [
  'test_query_params_str_validations/test_tutorial015.py::test_get_random_item',
  'test_testing_dependencies/test_tutorial001.py::test_normal_app',
  'test_custom_request_and_route/test_tutorial001.py::test_request_class', // adds a route of its own
  'test_security/test_tutorial004.py::test_token_inactive_user', // adds a user
  'test_settings/test_app02.py', // puts other settings in their place
]
