/* SPDX-License-Identifier: GPL-2.0-only */
/* A program without a site. */
int main(void)
{
	return 0;
}
