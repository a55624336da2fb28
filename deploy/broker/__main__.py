"""`python -m deploy.broker`: broker objects and users for the var folder, told in one line."""

from deploy.broker import bring_up
from deploy.folder import keep_private, var_folder
from deploy.trouble import told

if __name__ == "__main__":
    keep_private()
    with told():
        home = bring_up(var_folder())
        print(f"Broker {home.address.place}, virtual host {home.vhost}: queues and {len(home.passwords)} users are in place.")
