# e5e9e8f0-d429-4cb9-80bc-2f02cb91f587
output "hostname" {
  value = provider::atlassian::tunnel_hostname("http://e5e9e8f0-d429-4cb9-80bc-2f02cb91f587.atlassian.com")
}
