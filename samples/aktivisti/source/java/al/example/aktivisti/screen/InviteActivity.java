package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.device.ContactsReader;
import al.example.aktivisti.device.Permissions;
import android.Manifest;
import android.content.Intent;
import android.os.Bundle;
import android.view.View;
import android.widget.TextView;
import com.google.firebase.auth.FirebaseAuth;

/** Whom to recruit, out of the phone's contacts. */
public class InviteActivity extends TimedActivity {
    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_invite);
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        Permissions.ask(this, Manifest.permission.READ_CONTACTS, 3);
        TextView code = findViewById(R.id.invite_code);
        code.setText(getString(R.string.invite_code, userId));
        TextView progress = findViewById(R.id.recruit_progress);
        progress.setText(getString(R.string.recruit_progress, 0));
        findViewById(R.id.share).setOnClickListener(view -> invite(userId));
    }

    /** Named in the layout. */
    public void sendContacts(View view) {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        ContactsReader.upload(userId, ContactsReader.phones(this));
    }

    private void invite(String inviteCode) {
        String address = "https://aktivisti.example/install?invite_code=" + inviteCode;
        startActivity(new Intent(Intent.ACTION_SEND)
                .setType("text/plain")
                .setPackage("com.whatsapp")
                .putExtra(Intent.EXTRA_TEXT, address));
    }
}
