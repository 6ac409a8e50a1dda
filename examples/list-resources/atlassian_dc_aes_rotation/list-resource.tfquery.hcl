# Terraform 1.14 and newer: terraform query -generate-config-out=fleet.tf
list "atlassian_dc_aes_rotation" "fleet" {
  provider = atlassian
}
