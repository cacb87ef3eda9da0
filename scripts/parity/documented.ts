/**
 * Tests of FastAPI that our programs fail on purpose, with the rule of docs/fastapi-parity.md.
 * A pattern ends where the names of the parameters begin; one that no failing test matches is stale.
 */
export const DOCUMENTED: Readonly<Record<string, string>> = {
  'test_body/test_tutorial001.py::test_post_with_str_float': 'text in a JSON body',
  'test_body/test_tutorial001.py::test_post_with_only_name_price': 'text in a JSON body',
  'test_body/test_tutorial001.py::test_post_form_for_json': 'content type',
  'test_body/test_tutorial001.py::test_no_content_type_json': 'content type',
  'test_body/test_tutorial001.py::test_wrong_headers': 'content type',
  'test_body/test_tutorial001.py::test_other_exceptions': 'it breaks the json module of Python',
  'test_body/test_tutorial002.py::test_post_with_tax[tutorial002-50.5': 'text in a JSON body',
  'test_body/test_tutorial002.py::test_post_without_tax[tutorial002-50.5': 'text in a JSON body',
  'test_body_fields/test_tutorial001.py::test_items_6': 'text in a JSON body',
  'test_settings/test_app01.py::test_settings_validation_error': 'it looks at the Python exception',
  'test_custom_request_and_route/test_tutorial001.py::test_request_class': 'it adds a Python route',
  'test_dependencies/test_tutorial006.py::test_get_invalid_one_header': 'inputs first',
  'test_dependencies/test_tutorial012.py::test_get_invalid_one': 'inputs first',
  'test_dependencies/test_tutorial008c.py::test_fastapi_error': 'exceptions of the Python client',
  'test_dependencies/test_tutorial008c.py::test_internal_server_error': 'errors as JSON',
  'test_dependencies/test_tutorial008d.py::test_internal_server_error': 'errors as JSON',
  'test_metadata/test_tutorial003.py::test_swagger_ui_custom_url': 'default title',
  'test_request_form_models/test_tutorial001.py::test_post_body_json': 'content type',
  'test_request_form_models/test_tutorial002.py::test_post_body_json': 'content type',
  'test_using_request_directly/test_tutorial001.py': 'the client has a real address',
  'test_request_files/test_tutorial001.py::test_post_body_json': 'content type',
  'test_request_files/test_tutorial002.py::test_post_body_json': 'content type',
  'test_request_forms/test_tutorial001.py::test_post_body_json': 'content type',
  'test_request_forms_and_files/test_tutorial001.py::test_post_body_json': 'content type',
  'test_configure_swagger_ui/test_tutorial001.py::test_swagger_ui': 'no inline script',
  'test_configure_swagger_ui/test_tutorial002.py::test_swagger_ui': 'no inline script',
  'test_configure_swagger_ui/test_tutorial003.py::test_swagger_ui': 'no inline script',
  'test_behind_a_proxy/test_tutorial001_01.py::test_redirect': 'relative location',
  'test_bigger_applications/test_main.py::test_put_invalid_header': 'inputs first',
  'test_bigger_applications/test_main.py::test_admin_invalid_header': 'inputs first',
  'test_cors/test_tutorial001.py': 'a preflight without a body',
  'test_debugging/test_tutorial001.py::test_uvicorn_run_called_when_run_as_main':
    'it runs the Python module',
  'test_dataclasses/test_tutorial001.py::test_post_invalid_item': 'text in a JSON body',
  'test_extra_data_types/test_tutorial001.py::test_extra_types': 'times in UTC',
  'test_header_param_models/test_tutorial001.py::test_header_param_model_invalid':
    'missing headers',
  'test_header_param_models/test_tutorial002.py::test_header_param_model_invalid':
    'missing headers',
  'test_header_param_models/test_tutorial003.py::test_header_param_model_no_underscore':
    'missing headers',
  'test_header_param_models/test_tutorial003.py::test_header_param_model_invalid':
    'missing headers',
  'test_strict_content_type/test_tutorial001.py::test_lax_post_with_text_plain': 'content type',
  'test_testing/test_tutorial003.py': 'it waits for a warning of Python',
  'test_testing/test_tutorial004.py': 'it looks into the Python module',
  'test_custom_docs_ui/test_tutorial001.py::test_swagger_ui_oauth2_redirect_html':
    'the page loads the script of Swagger UI',
  'test_custom_docs_ui/test_tutorial002.py::test_swagger_ui_oauth2_redirect_html':
    'the page loads the script of Swagger UI',
  'test_custom_response/test_tutorial008.py': 'it sets a variable of the Python module',
  'test_custom_response/test_tutorial009.py': 'it sets a variable of the Python module',
  'test_custom_response/test_tutorial009b.py': 'it sets a variable of the Python module',
}
