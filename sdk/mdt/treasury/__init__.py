"""The treasury's purse and vesting schedules, as commands use them."""
