import a_package_nobody_installed

index = a_package_nobody_installed.view
