FROM <%= image %>:<%= tag %>
